import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0008_successions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CriteriaSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('minutes', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='a meeting lasts at least (minutes)')),
                ('many', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='a cell is large from so many members on')),
                ('minutes_of_many', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='a meeting of a large cell lasts at least (minutes)')),
                ('documents_hours', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='documents are out before the meeting (hours)')),
                ('counts_probationary', models.BooleanField(default=True, verbose_name='probationary members count for attendance')),
                ('counts_temporary', models.BooleanField(default=True, verbose_name='members who are here for a time count for attendance')),
                ('counts_exempt', models.BooleanField(default=False, verbose_name='exempt members count for attendance')),
                ('good_from', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='good from (points)')),
                ('fair_from', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='fair from (points)')),
                ('average_from', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='average from (points)')),
                ('note', models.TextField(blank=True, verbose_name='what is unsure or differs from place to place')),
                ('legal_basis', models.CharField(max_length=300, verbose_name='legal basis')),
                ('certainty', models.CharField(choices=[('C2', 'two or more independent sources'), ('C1', 'one source'), ('U', 'unsure, to be confirmed'), ('D', 'set by the organisation')], default='D', max_length=2, verbose_name='certainty')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('organisation', models.ForeignKey(blank=True, help_text='Empty: for all.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', verbose_name='for the tree of')),
            ],
            options={
                'verbose_name': 'criteria set',
                'verbose_name_plural': 'criteria sets',
                'ordering': ['-valid_from', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('title', models.CharField(max_length=200, verbose_name='criterion')),
                ('points', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='points at most')),
                ('criteria_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='meetings.criteriaset')),
            ],
            options={
                'verbose_name': 'criterion',
                'verbose_name_plural': 'criteria',
                'ordering': ['criteria_set', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('title', models.CharField(max_length=300, verbose_name='what is scored')),
                ('points', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='points at most')),
                ('measure', models.CharField(blank=True, choices=[('length', 'length: minutes held of the minutes asked for'), ('attendance', 'attendance: members present of those expected'), ('documents', 'documents: hours they were out before, of the hours asked for'), ('speaking', 'speaking: members who spoke of those present'), ('resolution', 'previous resolution: items done of those due'), ('upload', 'result handed in: in time or late')], max_length=12, verbose_name='computed from')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('certainty', models.CharField(choices=[('C2', 'two or more independent sources'), ('C1', 'one source'), ('U', 'unsure, to be confirmed'), ('D', 'set by the organisation')], default='D', max_length=2, verbose_name='certainty')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='meetings.criterion')),
            ],
            options={
                'verbose_name': 'line of a criterion',
                'verbose_name_plural': 'lines of criteria',
                'ordering': ['criterion', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Band',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='from (%)')),
                ('is_above', models.BooleanField(default=False, verbose_name='more than, not from')),
                ('points', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='points')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bands', to='meetings.line')),
            ],
            options={
                'verbose_name': 'band of points',
                'verbose_name_plural': 'bands of points',
                'ordering': ['line', 'start', 'is_above'],
            },
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('cap', 'at most, with unexcused absences'), ('bonus', 'more, when nobody is excused too often running')], max_length=5, verbose_name='kind')),
                ('points', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='points')),
                ('more_than', models.PositiveSmallIntegerField(default=0, verbose_name='more than so many')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='adjustments', to='meetings.line')),
            ],
            options={
                'verbose_name': 'cap or bonus',
                'verbose_name_plural': 'caps and bonuses',
                'ordering': ['line', '-kind'],
            },
        ),
        migrations.AddConstraint(
            model_name='criteriaset',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='criteria_end_after_they_start'),
        ),
        migrations.AddConstraint(
            model_name='criteriaset',
            constraint=models.CheckConstraint(condition=models.Q(('average_from__gt', 0), ('fair_from__gt', models.F('average_from')), ('good_from__gt', models.F('fair_from')), ('good_from__lte', 100)), name='criteria_ratings_follow_each_other'),
        ),
        migrations.AddConstraint(
            model_name='criteriaset',
            constraint=models.CheckConstraint(condition=models.Q(('documents_hours__gt', 0), ('many__gt', 0), ('minutes__gt', 0), ('minutes_of_many__gte', models.F('minutes'))), name='criteria_ask_what_is_possible'),
        ),
        migrations.AddConstraint(
            model_name='criteriaset',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', True)), fields=('valid_from',), name='criteria_once_a_day', violation_error_message='There is a criteria set from this day on already.'),
        ),
        migrations.AddConstraint(
            model_name='criteriaset',
            constraint=models.UniqueConstraint(condition=models.Q(('organisation__isnull', False)), fields=('organisation', 'valid_from'), name='criteria_once_a_day_in_a_tree', violation_error_message='There is a criteria set from this day on already.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('criteria_set', 'position'), name='criterion_one_a_position'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('points__gt', 0), ('points__lte', 100)), name='criterion_has_points'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(fields=('criterion', 'position'), name='criterion_line_one_a_position'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('points__gt', 0), ('points__lte', 100)), name='criterion_line_has_points'),
        ),
        migrations.AddConstraint(
            model_name='band',
            constraint=models.UniqueConstraint(fields=('line', 'start', 'is_above'), name='band_once'),
        ),
        migrations.AddConstraint(
            model_name='band',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), ('start__gte', 0), ('start__lte', 100)), name='band_in_range'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.UniqueConstraint(fields=('line', 'kind'), name='adjustment_once_a_kind'),
        ),
    ]
