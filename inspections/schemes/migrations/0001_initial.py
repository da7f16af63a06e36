import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('organisations', '0012_facts_of_members'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GroupTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('certainty', models.CharField(choices=[('C2', 'two or more independent sources'), ('C1', 'one source'), ('U', 'unsure, to be confirmed'), ('D', 'set by the organisation')], default='D', max_length=2, verbose_name='certainty')),
                ('is_active', models.BooleanField(default=True, verbose_name='can be chosen')),
            ],
            options={
                'verbose_name': 'group of tasks of new schemes',
                'verbose_name_plural': 'groups of tasks of new schemes',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('aim', models.TextField(verbose_name='aim')),
                ('first_year', models.PositiveSmallIntegerField(verbose_name='first year')),
                ('last_year', models.PositiveSmallIntegerField(verbose_name='final year')),
                ('paper', models.CharField(max_length=100, verbose_name='paper that issues it (number, date)')),
                ('all_below', models.BooleanField(default=True, verbose_name='concerns all organisations below')),
                ('begun_at', models.DateTimeField()),
                ('ended_on', models.DateField(null=True, verbose_name='ended on')),
                ('end_reason', models.TextField(blank=True, verbose_name='why it ended')),
                ('ended_at', models.DateTimeField(null=True)),
                ('folded', models.TextField(editable=False)),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schemes', to='organisations.organisation', verbose_name='organisation')),
                ('organisations', models.ManyToManyField(blank=True, related_name='concerning_schemes', to='organisations.organisation', verbose_name='concerns only')),
            ],
            options={
                'verbose_name': 'scheme',
                'verbose_name_plural': 'schemes',
                'ordering': ['-last_year', 'organisation__path', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('interim', 'interim review'), ('final', 'final review')], max_length=7, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year whose figures it gathers')),
                ('due_on', models.DateField(verbose_name='to be held by')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('held', 'held'), ('cancelled', 'cancelled')], default='planned', max_length=9, verbose_name='state')),
                ('planned_at', models.DateTimeField()),
                ('held_on', models.DateField(null=True, verbose_name='held on')),
                ('assessment', models.TextField(blank=True, verbose_name='assessment')),
                ('good_models', models.TextField(blank=True, verbose_name='good models to spread')),
                ('lessons', models.TextField(blank=True, verbose_name='lessons')),
                ('held_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.TextField(blank=True, verbose_name='why it was cancelled')),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('held_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='schemes.scheme')),
            ],
            options={
                'verbose_name': 'review of a scheme',
                'verbose_name_plural': 'reviews of schemes',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('unit', models.CharField(blank=True, max_length=30, verbose_name='unit')),
                ('direction', models.CharField(choices=[('more', 'more is better'), ('less', 'less is better')], default='more', max_length=4, verbose_name='direction')),
                ('measure_code', models.CharField(blank=True, max_length=40, verbose_name='counted by')),
                ('parameters', models.JSONField(blank=True, default=dict, verbose_name='parameters')),
                ('baseline', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='baseline')),
                ('baseline_told', models.CharField(blank=True, max_length=200, verbose_name='of when, from where')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='schemes.scheme')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['scheme', 'position'],
            },
        ),
        migrations.CreateModel(
            name='SchemeTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('text', models.TextField(verbose_name='what is to be done')),
                ('state', models.CharField(choices=[('open', 'under way'), ('done', 'done'), ('dropped', 'dropped')], default='open', max_length=7, verbose_name='state')),
                ('settled_on', models.DateField(null=True, verbose_name='settled on')),
                ('settle_note', models.TextField(blank=True, verbose_name='result, or why it was dropped')),
                ('settled_at', models.DateTimeField(null=True)),
                ('owners', models.ManyToManyField(related_name='scheme_tasks', to='organisations.organisation', verbose_name='owners')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'task of a scheme',
                'verbose_name_plural': 'tasks of schemes',
                'ordering': ['group__position', 'position'],
            },
        ),
        migrations.CreateModel(
            name='SchemeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('training', 'training'), ('commendation', 'commendation'), ('guidance', 'guidance and urging')], max_length=12, verbose_name='kind')),
                ('held_on', models.DateField(verbose_name='day')),
                ('title', models.CharField(max_length=300, verbose_name='what was done')),
                ('people', models.PositiveIntegerField(verbose_name='number of people')),
                ('paper', models.CharField(blank=True, max_length=100, verbose_name='document (number, date)')),
                ('recorded_at', models.DateTimeField()),
                ('struck_at', models.DateTimeField(null=True)),
                ('strike_reason', models.TextField(blank=True, verbose_name='why it was struck out')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scheme_events', to='organisations.organisation', verbose_name='organisation')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('struck_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='schemes.schemetask', verbose_name='task')),
            ],
            options={
                'verbose_name': 'event of a scheme',
                'verbose_name_plural': 'events of schemes',
                'ordering': ['-held_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('value', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='target')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='schemes.indicator')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scheme_targets', to='organisations.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'target',
                'verbose_name_plural': 'targets',
                'ordering': ['indicator', 'year', 'organisation__path'],
            },
        ),
        migrations.CreateModel(
            name='TaskGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='schemes.scheme')),
            ],
            options={
                'verbose_name': 'group of tasks',
                'verbose_name_plural': 'groups of tasks',
                'ordering': ['scheme', 'position'],
            },
        ),
        migrations.AddField(
            model_name='schemetask',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='schemes.taskgroup', verbose_name='group'),
        ),
        migrations.CreateModel(
            name='TypedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('value', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='figure')),
                ('proof', models.CharField(max_length=200, verbose_name='proof (document, number, date)')),
                ('reason', models.TextField(blank=True, verbose_name='why it is corrected')),
                ('is_current', models.BooleanField(default=True, verbose_name='is counted')),
                ('recorded_at', models.DateTimeField()),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='typed_figures', to='schemes.indicator')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='typed_figures', to='organisations.organisation', verbose_name='organisation')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'typed figure',
                'verbose_name_plural': 'typed figures',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='KeptRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(editable=False, max_length=60)),
                ('told', models.CharField(max_length=400, verbose_name='row')),
                ('counts', models.BooleanField(verbose_name='is counted')),
                ('item_id', models.PositiveBigIntegerField()),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_rows', to='schemes.indicator')),
                ('item_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='schemes.review')),
            ],
            options={
                'verbose_name': 'row behind a kept figure',
                'verbose_name_plural': 'rows behind kept figures',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['review', 'indicator', 'path'], name='kept_row_behind')],
                'constraints': [models.UniqueConstraint(fields=('review', 'indicator', 'item_type', 'item_id'), name='kept_row_once')],
            },
        ),
        migrations.CreateModel(
            name='KeptIndicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('unit', models.CharField(max_length=100, verbose_name='unit')),
                ('direction', models.CharField(choices=[('more', 'more is better'), ('less', 'less is better')], max_length=4, verbose_name='direction')),
                ('counted_by', models.TextField(blank=True, verbose_name='counted by')),
                ('baseline', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='baseline')),
                ('baseline_told', models.CharField(blank=True, max_length=200, verbose_name='of when, from where')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_words', to='schemes.indicator')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='schemes.review')),
            ],
            options={
                'verbose_name': 'kept indicator',
                'verbose_name_plural': 'kept indicators',
                'ordering': ['review', 'position'],
                'constraints': [models.UniqueConstraint(fields=('review', 'indicator'), name='kept_indicator_once')],
            },
        ),
        migrations.CreateModel(
            name='KeptFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(editable=False, max_length=60)),
                ('total', models.PositiveIntegerField()),
                ('counted', models.PositiveIntegerField()),
                ('value', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('target', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_figures', to='schemes.indicator')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='schemes.review')),
            ],
            options={
                'verbose_name': 'kept figure',
                'verbose_name_plural': 'kept figures',
                'ordering': ['review', 'indicator__position', 'path'],
                'constraints': [models.UniqueConstraint(fields=('review', 'indicator', 'organisation'), name='kept_figure_once'), models.CheckConstraint(condition=models.Q(('counted__lte', models.F('total'))), name='kept_figure_counts_some')],
            },
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('last_year__gte', models.F('first_year'))), name='scheme_years_in_order'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True), ('ended_on__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ended_on__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='scheme_ended_whole'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_at__isnull', False), ('held_by__isnull', False), ('held_on__isnull', False), ('state', 'held'), models.Q(('assessment', ''), _negated=True)), models.Q(models.Q(('state', 'held'), _negated=True), ('assessment', ''), ('held_at__isnull', True), ('held_by__isnull', True), ('held_on__isnull', True)), _connector='OR'), name='review_held_whole'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('state', 'cancelled'), models.Q(('cancel_reason', ''), _negated=True)), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancel_reason', ''), ('cancelled_at__isnull', True), ('cancelled_by__isnull', True)), _connector='OR'), name='review_cancelled_whole'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'final'), models.Q(('state', 'cancelled'), _negated=True)), fields=('scheme',), name='review_one_final'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('scheme', 'position'), name='indicator_position_once'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('measure_code', ''), ('unit', ''), _negated=True), name='indicator_typed_has_unit'),
        ),
        migrations.AddConstraint(
            model_name='schemeevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('strike_reason', ''), ('struck_at__isnull', True), ('struck_by__isnull', True)), models.Q(('struck_at__isnull', False), ('struck_by__isnull', False), models.Q(('strike_reason', ''), _negated=True)), _connector='OR'), name='scheme_event_struck_whole'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('indicator', 'organisation', 'year'), name='target_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='target_not_below_nought'),
        ),
        migrations.AddConstraint(
            model_name='taskgroup',
            constraint=models.UniqueConstraint(fields=('scheme', 'position'), name='task_group_position_once'),
        ),
        migrations.AddConstraint(
            model_name='schemetask',
            constraint=models.UniqueConstraint(fields=('group', 'position'), name='scheme_task_position_once'),
        ),
        migrations.AddConstraint(
            model_name='schemetask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by__isnull', True), ('settled_on__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False), ('settled_on__isnull', False), models.Q(('settle_note', ''), _negated=True)), _connector='OR'), name='scheme_task_settled_whole'),
        ),
        migrations.AddConstraint(
            model_name='typedfigure',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('indicator', 'organisation', 'year'), name='typed_figure_one_counts'),
        ),
        migrations.AddConstraint(
            model_name='typedfigure',
            constraint=models.CheckConstraint(condition=models.Q(('proof', ''), _negated=True), name='typed_figure_is_proven'),
        ),
        migrations.AddConstraint(
            model_name='typedfigure',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='typed_figure_not_below_nought'),
        ),
    ]
